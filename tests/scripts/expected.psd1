# What each script of this folder leaves behind in the company of company.psd1, worked out by hand.
# Changes   what differs afterwards: a user is 'name: licences | location | on or off', where PRODUCT@Group came from a
#           group, PRODUCT(-PLAN) has a plan off, and PRODUCT!Error@Group is in error; a group is 'members | products';
#           seats are units in use. An empty text: the object is gone. What is not named stays as it was.
# Output    what the script writes, line by line; Like: what its output must hold. Files: what a file it wrote must hold.
# Seed      parts of the company that are different for this script. Arguments, Answers, Given: how it is called, what is
#           typed when it asks, and the files it finds.
@{
    'abbreviations'                 = @{ Output = @('2 in HR'); Changes = @{ 'user gil' = 'Gil Gum: FLOW_FREE | GB | on'; 'seats FLOW_FREE' = '2' } }
    'assign-by-part-number'         = @{ Changes = @{ 'user gil' = 'Gil Gum: SPE_E5 | GB | on'; 'seats SPE_E5' = '3' } }
    'assign-with-plans-off'         = @{ Output = @(); Changes = @{ 'user gil' = 'Gil Gum: SPE_E3(-SWAY,-YAMMER_ENTERPRISE) | GB | on'; 'seats SPE_E3' = '4' } }
    'beta-report'                   = @{ Output = @(); Files = @{ 'beta.csv' = '"ben@contoso.com","Sales","True","SPE_E3","2"', '"fay@contoso.com","HR","False"', '"kim@contoso.com","IT","True","SPE_E5","0"' }; Changes = @{} }
    'body-parameter'                = @{ Changes = @{ 'user gil' = 'Gil Gum: SPE_E3(-SWAY) VISIOCLIENT | GB | on'; 'seats SPE_E3' = '4'; 'seats VISIOCLIENT' = '2' } }
    'class-report'                  = @{ Output = @('amy@contoso.com [SPE_E3]', 'ben@contoso.com [SPE_E3]', 'dan@contoso.com [SPE_E5]', 'eva@contoso.com [FLOW_FREE]', 'fay@contoso.com [SPE_E3+VISIOCLIENT]', 'kim@contoso.com [SPE_E5]'); Changes = @{} }
    'clixml-restore'                = @{ Output = @(); Changes = @{ 'user amy' = 'Amy Ash: - | GB | on'; 'seats SPE_E3' = '2' } }
    'copy-licences'                 = @{ Changes = @{ 'user gil' = 'Gil Gum: SPE_E3(-SWAY,-YAMMER_ENTERPRISE) | GB | on'; 'seats SPE_E3' = '4' } }
    'count-in-function'             = @{ Output = @('Found 6 licensed users.'); Changes = @{} }
    'csv-bulk-add'                  = @{
        Arguments = @{ Path = 'people.csv' }
        Given     = @{ 'people.csv' = "UserPrincipalName,UsageLocation,Licence`ncat@contoso.com,GB,SPE_E3`ngil@contoso.com,,FLOW_FREE`nghost@contoso.com,,SPE_E3`ndan@contoso.com,,SPE_E5" }
        Output    = @('3 assigned, 1 failed')
        Files     = @{ 'licences.log' = 'OK     cat@contoso.com', 'FAILED ghost@contoso.com: [Request_ResourceNotFound] : ' }
        Changes   = @{ 'user cat' = 'Cat Cedar: SPE_E3 | GB | on'; 'user gil' = 'Gil Gum: FLOW_FREE | GB | on'; 'seats SPE_E3' = '4'; 'seats FLOW_FREE' = '2' }
    }
    'csv-bulk-remove'               = @{
        Arguments = @{ csv = 'leavers.csv' }
        Given     = @{ 'leavers.csv' = "upn`namy@contoso.com`ngil@contoso.com`neva@contoso.com" }
        Output    = @()
        Changes   = @{ 'user amy' = 'Amy Ash: - | GB | on'; 'user eva' = 'Eva Elm: - | DE | on'; 'seats SPE_E3' = '2'; 'seats FLOW_FREE' = '0' }
    }
    'delete-and-restore'            = @{ Output = @('2 while amy was away'); Changes = @{} }
    'department'                    = @{ Output = @(); Changes = @{ 'user gil' = 'Gil Gum: SPE_E3 | GB | on'; 'seats SPE_E3' = '4' } }
    'direct-or-inherited'           = @{ Files = @{ 'states.csv' = '"amy@contoso.com","SPE_E3","Direct","Active","None"', '"kim@contoso.com","SPE_E5","Licence E5","Active","None"' }; Changes = @{} }
    'edit-in-place'                 = @{ Output = @('as wanted'); Changes = @{ 'user amy' = 'Amy Ash: SPE_E3(-SWAY) | GB | on' } }
    'en-dash'                       = @{ Changes = @{ 'user gil' = 'Gil Gum: FLOW_FREE | GB | on'; 'seats FLOW_FREE' = '2' } }
    'grid-view'                     = @{ Answers = 'FLOW_FREE', 'Gil Gum'; Output = @(); Changes = @{ 'user gil' = 'Gil Gum: FLOW_FREE | GB | on'; 'seats FLOW_FREE' = '2' } }
    'group-audit'                   = @{ Files = @{ 'audit.csv' = '"Licence E5","SPE_E5","kim@contoso.com","ProcessingComplete"' }; Changes = @{} }
    'group-by-json'                 = @{
        Output  = @('2 people, ProcessingComplete')
        Changes = @{ 'group Flow' = 'fay gil | FLOW_FREE'; 'user fay' = 'Fay Fir: FLOW_FREE@Flow SPE_E3 VISIOCLIENT | GB | off'; 'user gil' = 'Gil Gum: FLOW_FREE@Flow | GB | on'; 'seats FLOW_FREE' = '3' }
    }
    'group-empty'                   = @{ Output = @(); Changes = @{ 'group Sales' = '- | -' } }
    'group-errors'                  = @{
        Seed    = @{
            subscribedSkus = @(@{ skuPartNumber = 'SPE_E3'; prepaidUnits = @{ enabled = 25 } }, @{ skuPartNumber = 'SPE_E5'; prepaidUnits = @{ enabled = 5 } }, @{ skuPartNumber = 'FLOW_FREE'; prepaidUnits = @{ enabled = 100 } }, @{ skuPartNumber = 'VISIOCLIENT'; prepaidUnits = @{ enabled = 1 } })
            groups         = @(@{ displayName = 'Visio'; mailNickname = 'visio'; members = @('amy@contoso.com', 'gil@contoso.com'); assignedLicenses = @(@{ skuPartNumber = 'VISIOCLIENT'; disabledPlans = @() }) })
        }
        Like    = 'Visio.*Amy Ash.*CountViolation', 'Visio.*Gil Gum.*CountViolation'
        Changes = @{}
    }
    'group-fill'                    = @{
        Given   = @{ 'members.csv' = "UPN`ngil@contoso.com`namy@contoso.com`nghost@contoso.com" }
        Output  = @('gil@contoso.com added', 'amy@contoso.com is a member already')
        Changes = @{ 'group Sales' = 'amy ben cat gil | -' }
    }
    'group-licence'                 = @{ Output = @(); Changes = @{ 'user amy' = 'Amy Ash: SPE_E3 VISIOCLIENT@Visio | GB | on'; 'group Visio' = 'amy | VISIOCLIENT'; 'seats VISIOCLIENT' = '2' } }
    'guests'                        = @{
        Like    = @('Ivo Ivy')
        Changes = @{ 'user ivo_fabrikam.com#EXT#' = ''; 'user zoe_fabrikam.com#EXT#' = 'Zoe Zinnia: - | - | on' }
    }
    'html-report'                   = @{ Files = @{ 'skus.html' = '<h1>Contoso</h1>', '<td>SPE_E5</td><td>5</td><td>2</td><td>3</td>' }; Like = @('VISIOCLIENT'); Changes = @{} }
    'inherited-removal'             = @{ Output = @('kim@contoso.com inherits it', 'dan@contoso.com removed'); Changes = @{ 'user dan' = 'Dan Dogwood: - | US | on'; 'seats SPE_E5' = '1' } }
    'interface-cast'                = @{ Output = @('Microsoft.Graph.PowerShell.Models.MicrosoftGraphUser'); Changes = @{ 'user gil' = 'Gil Gum: FLOW_FREE | GB | on'; 'seats FLOW_FREE' = '2' } }
    'location-first'                = @{ Changes = @{ 'user cat' = 'Cat Cedar: SPE_E3 | GB | on'; 'seats SPE_E3' = '4' } }
    'mail-the-manager'              = @{ Output = @('Licences of your people to dan@contoso.com'); Changes = @{} }
    'menu'                          = @{
        Answers = '1', 'gil@contoso.com', '2', 'fay@contoso.com', 'Q'
        Output  = @()
        Changes = @{ 'user gil' = 'Gil Gum: VISIOCLIENT | GB | on'; 'user fay' = 'Fay Fir: SPE_E3 | GB | off' }
    }
    'not-enough-seats'              = @{
        Files   = @{ 'results.csv' = '"amy@contoso.com","True"', '"gil@contoso.com","False"', 'does not have any available licenses' }
        Changes = @{ 'user amy' = 'Amy Ash: SPE_E3 VISIOCLIENT | GB | on'; 'seats VISIOCLIENT' = '2' }
    }
    'offboard'                      = @{ Output = @(); Changes = @{ 'user ben' = 'Ben Birch (left): - | GB | off'; 'group Sales' = 'amy cat | -'; 'seats SPE_E3' = '2' } }
    'onboard'                       = @{ Like = @('Lou Larch'); Changes = @{ 'user lou' = 'Lou Larch: SPE_E3 | GB | on'; 'group Sales' = 'amy ben cat lou | -'; 'seats SPE_E3' = '4' } }
    'parallel'                      = @{
        Output  = @('7 ok')
        Changes = @{
            'user amy' = 'Amy Ash: FLOW_FREE SPE_E3 | GB | on'; 'user ben' = 'Ben Birch: FLOW_FREE SPE_E3(-SWAY,-YAMMER_ENTERPRISE) | GB | on'
            'user dan' = 'Dan Dogwood: FLOW_FREE SPE_E5 | US | on'; 'user fay' = 'Fay Fir: FLOW_FREE SPE_E3 VISIOCLIENT | GB | off'
            'user gil' = 'Gil Gum: FLOW_FREE | GB | on'; 'user kim' = 'Kim Kapok: FLOW_FREE SPE_E5@Licence E5 | GB | on'; 'seats FLOW_FREE' = '7'
        }
    }
    'pipeline-function'             = @{ Output = @('Gil Gum has it'); Changes = @{ 'user gil' = 'Gil Gum: VISIOCLIENT | GB | on'; 'seats VISIOCLIENT' = '2' } }
    'plan-for-everybody'            = @{
        Output  = @()
        Changes = @{
            'user amy' = 'Amy Ash: SPE_E3(-TEAMS1) | GB | on'; 'user ben' = 'Ben Birch: SPE_E3(-SWAY,-TEAMS1,-YAMMER_ENTERPRISE) | GB | on'
            'user fay' = 'Fay Fir: SPE_E3(-TEAMS1) VISIOCLIENT | GB | off'
        }
    }
    'raw-batch'                     = @{
        Output  = @('1: 200', '2: 200', '3: 404')
        Changes = @{ 'user amy' = 'Amy Ash: FLOW_FREE SPE_E3 | GB | on'; 'user gil' = 'Gil Gum: FLOW_FREE | GB | on'; 'seats FLOW_FREE' = '3' }
    }
    'raw-paging'                    = @{ Output = @('amy@contoso.com', 'ben@contoso.com', 'dan@contoso.com', 'eva@contoso.com', 'fay@contoso.com', 'kim@contoso.com'); Changes = @{} }
    'raw-request'                   = @{ Output = @('status 404'); Changes = @{ 'user gil' = 'Gil Gum: FLOW_FREE | GB | on'; 'user eva' = 'Eva Elm: - | DE | on' } }
    'reclaim-from-blocked'          = @{ Output = @(); Changes = @{ 'user fay' = 'Fay Fir: - | GB | off'; 'seats SPE_E3' = '2'; 'seats VISIOCLIENT' = '0' } }
    'reclaim-whatif'                = @{ Output = @(); Changes = @{} }
    'remove-direct-where-inherited' = @{
        Seed    = @{
            groups = @(@{ displayName = 'Licence E5'; mailNickname = 'licence-e5'; members = @('kim@contoso.com', 'dan@contoso.com'); assignedLicenses = @(@{ skuPartNumber = 'SPE_E5'; disabledPlans = @() }) })
        }
        Output  = @()
        Changes = @{ 'user dan' = 'Dan Dogwood: SPE_E5@Licence E5 | US | on' }
    }
    'remove-with-empty-hashtable'   = @{ Changes = @{ 'user eva' = 'Eva Elm: - | DE | on'; 'seats FLOW_FREE' = '0' } }
    'reprocess'                     = @{
        Seed    = @{
            subscribedSkus = @(@{ skuPartNumber = 'SPE_E3'; prepaidUnits = @{ enabled = 25 } }, @{ skuPartNumber = 'SPE_E5'; prepaidUnits = @{ enabled = 5 } }, @{ skuPartNumber = 'FLOW_FREE'; prepaidUnits = @{ enabled = 100 } }, @{ skuPartNumber = 'VISIOCLIENT'; prepaidUnits = @{ enabled = 1 } })
            groups         = @(@{ displayName = 'Visio'; mailNickname = 'visio'; members = @('amy@contoso.com'); assignedLicenses = @(@{ skuPartNumber = 'VISIOCLIENT'; disabledPlans = @() }) })
        }
        Output  = @()
        Changes = @{ 'user amy' = 'Amy Ash: SPE_E3 VISIOCLIENT@Visio | GB | on'; 'user fay' = 'Fay Fir: SPE_E3 | GB | off' }
    }
    'requires'                      = @{ Output = @('Gil Gum, True'); Changes = @{} }
    'sku-usage-csv'                 = @{ Output = @(); Files = @{ 'usage.csv' = '"SPE_E5","2","5","40"', '"SPE_E3","3","25","12"' }; Changes = @{} }
    'splatting'                     = @{
        Output  = @()
        Changes = @{ 'user amy' = 'Amy Ash: FLOW_FREE SPE_E3 | GB | on'; 'user ben' = 'Ben Birch: FLOW_FREE SPE_E3(-SWAY,-YAMMER_ENTERPRISE) | GB | on'; 'seats FLOW_FREE' = '3' }
    }
    'success-variable'              = @{
        Output  = @('gil@contoso.com ok', 'cat@contoso.com failed: Request_BadRequest', 'nobody@contoso.com failed: Request_ResourceNotFound', 'nobody is not there')
        Changes = @{ 'user gil' = 'Gil Gum: SPE_E3 | GB | on'; 'seats SPE_E3' = '4' }
    }
    'swap-in-one-call'              = @{
        Output  = @('3 people had SPE_E3')
        Changes = @{ 'user amy' = 'Amy Ash: SPE_E5 | GB | on'; 'user ben' = 'Ben Birch: SPE_E5(-SWAY,-YAMMER_ENTERPRISE) | GB | on'; 'seats SPE_E3' = '1'; 'seats SPE_E5' = '4' }
    }
    'unlicensed-report'             = @{ Output = @('2'); Files = @{ 'unlicensed.csv' = '"Cat Cedar","cat@contoso.com","Sales"', '"Gil Gum","gil@contoso.com","HR"' }; Changes = @{} }
    'version-1'                     = @{ Output = @(); Changes = @{ 'user gil' = 'Gil Gum: FLOW_FREE | GB | on'; 'seats FLOW_FREE' = '2' } }
}
