#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }
# The .NET types that scripts name: casts, interfaces, properties that can be set, and what survives on the way
# through JSON. No tenant is needed.

BeforeDiscovery {
    $models = 'Microsoft.Graph.PowerShell.Models'
    # What scripts cast to, make with New-Object, or declare as the type of a parameter.
    $named = @(
        'MicrosoftGraphUser', 'MicrosoftGraphAssignedLicense', 'MicrosoftGraphAssignedPlan', 'MicrosoftGraphProvisionedPlan', 'MicrosoftGraphLicenseAssignmentState'
        'MicrosoftGraphLicenseDetails', 'MicrosoftGraphServicePlanInfo', 'MicrosoftGraphLicenseUnitsDetail', 'MicrosoftGraphLicenseProcessingState'
        'MicrosoftGraphSubscribedSku', 'MicrosoftGraphCompanySubscription', 'MicrosoftGraphOrganization', 'MicrosoftGraphVerifiedDomain', 'MicrosoftGraphDomain'
        'MicrosoftGraphGroup', 'MicrosoftGraphDirectoryObject', 'MicrosoftGraphPasswordProfile', 'MicrosoftGraphSignInActivity', 'MicrosoftGraphObjectIdentity'
        'MicrosoftGraphOnPremisesExtensionAttributes', 'MicrosoftGraphServiceProvisioningError', 'UsersIdentity', 'UsersActionsIdentity', 'GroupsIdentity'
        'IdentityDirectoryManagementIdentity', 'Components103UmuuRequestbodiesAssignlicenserequestbodyContentApplicationJsonSchema'
    )
    $properties = @(
        @{ Name = 'MicrosoftGraphSubscribedSku'; Properties = 'AccountId AccountName AppliesTo CapabilityStatus ConsumedUnits Id PrepaidUnits ServicePlans SkuId SkuPartNumber SubscriptionIds AdditionalProperties' }
        @{ Name = 'MicrosoftGraphLicenseDetails'; Properties = 'Id ServicePlans SkuId SkuPartNumber AdditionalProperties' }
        @{ Name = 'MicrosoftGraphAssignedLicense'; Properties = 'DisabledPlans SkuId' }
        @{ Name = 'MicrosoftGraphLicenseAssignmentState'; Properties = 'AssignedByGroup DisabledPlans Error LastUpdatedDateTime SkuId State AdditionalProperties' }
        @{ Name = 'MicrosoftGraphServicePlanInfo'; Properties = 'AppliesTo ProvisioningStatus ServicePlanId ServicePlanName' }
        @{ Name = 'MicrosoftGraphLicenseUnitsDetail'; Properties = 'Enabled LockedOut Suspended Warning AdditionalProperties' }
        @{ Name = 'MicrosoftGraphDirectoryObject'; Properties = 'DeletedDateTime Id AdditionalProperties' }
        @{ Name = 'MicrosoftGraphAssignedPlan'; Properties = 'AssignedDateTime CapabilityStatus Service ServicePlanId' }
        @{ Name = 'MicrosoftGraphCompanySubscription'; Properties = 'CommerceSubscriptionId CreatedDateTime Id IsTrial NextLifecycleDateTime OcpSubscriptionId OwnerId OwnerTenantId OwnerType ServiceStatus SkuId SkuPartNumber Status TotalLicenses AdditionalProperties' }
        @{ Name = 'UsersActionsIdentity'; Properties = 'UserId' }
    )
    $identities = @(
        @{ Name = 'UsersIdentity'; Count = 21; Some = 'UserId', 'LicenseDetailsId', 'DirectoryObjectId', 'UserPrincipalName' }
        @{ Name = 'GroupsIdentity'; Count = 19; Some = 'GroupId', 'DirectoryObjectId', 'UniqueName' }
        @{ Name = 'IdentityDirectoryManagementIdentity'; Count = 30; Some = 'SubscribedSkuId', 'OrganizationId', 'DomainId', 'UserId' }
    )
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1')
    Import-TestModule
    $models = 'Microsoft.Graph.PowerShell.Models'
    $e5 = '06ebc4ee-1bb5-47dd-8120-11324bc54e06'
    $plan = 'a23b959c-7ce8-4e57-9140-b90eb88a9e97'

    function Get-Model {
        param([string] $Name)
        ($models + '.' + $Name) -as [type]
    }
}

Describe 'The types of the SDK' {
    It '<_> exists as class and as interface' -ForEach $named {
        $class = Get-Model $_
        $interface = Get-Model "I$_"
        $class.IsClass | Should -BeTrue
        $interface.IsInterface | Should -BeTrue
        $interface.IsAssignableFrom($class) | Should -BeTrue
    }

    It 'New-Object makes a <_> whose properties can all be set' -ForEach $named {
        $object = New-Object -TypeName "$models.$_"
        $object.PSObject.Properties.Where({ -not $_.IsSettable }).Name | Should -BeNullOrEmpty
    }

    It 'a hashtable can be cast to <_> and to its interface' -ForEach $named {
        $class = Get-Model $_
        (@{} -as $class).GetType() | Should -Be $class
        (@{} -as (Get-Model "I$_")).GetType() | Should -Be $class
    }

    It '<Name> has the properties <Properties>' -ForEach $properties {
        (New-Object "$models.$Name").PSObject.Properties.Name -join ' ' | Should -Be $Properties
    }

    It '<Name> has the <Count> ids of the SDK' -ForEach $identities {
        $names = (New-Object "$models.$Name").PSObject.Properties.Name
        $names.Count | Should -Be $Count
        foreach ($id in $Some) { $names | Should -Contain $id }
    }

    It 'the first type name of a user is that of the SDK' {
        ([Microsoft.Graph.PowerShell.Models.MicrosoftGraphUser] @{ Id = '1' }).PSTypeNames[0] | Should -Be 'Microsoft.Graph.PowerShell.Models.MicrosoftGraphUser'
    }

    It 'a user has every property that New-MgUser has a parameter for' {
        $properties = (New-Object "$models.MicrosoftGraphUser").PSObject.Properties.Name
        $set = (Get-Command New-MgUser).ParameterSets.Where({ $_.Name -eq 'CreateExpanded' })[0]
        $runtime = @([System.Management.Automation.PSCmdlet]::CommonParameters) + 'WhatIf', 'Confirm', 'Break', 'Headers', 'HttpPipelineAppend', 'HttpPipelinePrepend', 'Proxy', 'ProxyCredential', 'ProxyUseDefaultCredentials', 'ResponseHeadersVariable', 'Context'
        $set.Parameters.Name.Where({ $_ -notin $runtime -and $_ -notin $properties }) | Should -BeNullOrEmpty
        $properties.Count | Should -BeGreaterThan 120
    }

    It 'an interface works as the type of a parameter' {
        function Test-Parameter { param([Microsoft.Graph.PowerShell.Models.IMicrosoftGraphUser[]] $User) $User.DisplayName }
        Test-Parameter -User @{ displayName = 'Ada' }, ([pscustomobject] @{ DisplayName = 'Bob' }) | Should -Be 'Ada', 'Bob'
    }
}

Describe 'What a model is made of' {
    It 'a hashtable with keys in any case' -ForEach @(@{ SkuId = 'x' }, @{ skuId = 'x' }, @{ SKUID = 'x' }, [ordered] @{ skuid = 'x' }) {
        ([Microsoft.Graph.PowerShell.Models.IMicrosoftGraphAssignedLicense] $_).SkuId | Should -Be 'x'
    }

    It 'a dictionary that minds upper and lower case' {
        $dictionary = [System.Collections.Generic.Dictionary[string, object]]::new()
        $dictionary['SKUID'] = 'x'
        ([Microsoft.Graph.PowerShell.Models.MicrosoftGraphAssignedLicense] $dictionary).SkuId | Should -Be 'x'
    }

    It 'an object with properties, other members ignored' {
        $object = [pscustomobject] @{ skuid = $e5; DisabledPlans = @($plan); Note = 'mine' } | Add-Member -MemberType ScriptMethod -Name Go -Value { } -PassThru
        $license = [Microsoft.Graph.PowerShell.Models.MicrosoftGraphAssignedLicense] $object
        $license.SkuId | Should -Be $e5
        $license.DisabledPlans | Should -Be $plan
    }

    It 'another model, through its JSON' {
        $sku = [Microsoft.Graph.PowerShell.Models.MicrosoftGraphSubscribedSku] @{ Id = 't_s'; SkuId = $e5; SkuPartNumber = 'SPE_E5' }
        ([Microsoft.Graph.PowerShell.Models.IMicrosoftGraphAssignedLicense] $sku).SkuId | Should -Be $e5
        $state = [Microsoft.Graph.PowerShell.Models.MicrosoftGraphLicenseAssignmentState] @{ SkuId = $e5; DisabledPlans = @($plan); State = 'Active' }
        ([Microsoft.Graph.PowerShell.Models.IMicrosoftGraphAssignedLicense] $state).DisabledPlans | Should -Be $plan
    }

    It 'text that is a JSON object' {
        ([Microsoft.Graph.PowerShell.Models.MicrosoftGraphAssignedLicense] ' {"skuId":"x","disabledPlans":["a","b"]}').DisabledPlans | Should -Be 'a', 'b'
    }

    It 'a GUID where an id is meant becomes its text, in lower case' {
        $license = [Microsoft.Graph.PowerShell.Models.MicrosoftGraphAssignedLicense] @{ SkuId = [guid] $e5.ToUpperInvariant(); DisabledPlans = [guid] $plan }
        $license.SkuId | Should -BeOfType ([string])
        $license.SkuId | Should -BeExactly $e5
        $license.DisabledPlans | Should -BeExactly $plan
    }

    It 'an id that is no GUID stays as it is' {
        ([Microsoft.Graph.PowerShell.Models.MicrosoftGraphAssignedLicense] @{ SkuId = 'sku-a' }).SkuId | Should -Be 'sku-a'
    }

    It 'a list of one stands for its element, and one element for a list' {
        $license = [Microsoft.Graph.PowerShell.Models.MicrosoftGraphAssignedLicense] @{ SkuId = @('x'); DisabledPlans = 'a' }
        $license.SkuId | Should -Be 'x'
        , $license.DisabledPlans | Should -BeOfType ([string[]])
        $license.DisabledPlans.Count | Should -Be 1
    }

    It 'bare text or a GUID where a licence is meant is its product' {
        $licenses = 'SPE_E5', ([guid] $e5) -as [Microsoft.Graph.PowerShell.Models.IMicrosoftGraphAssignedLicense[]]
        $licenses.SkuId | Should -Be 'SPE_E5', $e5
    }

    It 'a key whose value is null is skipped, also among the unknown ones' {
        $user = [Microsoft.Graph.PowerShell.Models.MicrosoftGraphUser] @{ DisplayName = 'x'; UsageLocation = $null; extension_a = $null; extension_b = 1 }
        $user.ToJsonString() | Should -Be '{"displayName":"x","extension_b":1}'
    }

    It 'a value that cannot be converted is dropped without a word' {
        $user = [Microsoft.Graph.PowerShell.Models.MicrosoftGraphUser] @{ DisplayName = 'x'; DeviceEnrollmentLimit = 'many'; CreatedDateTime = 'soon'; AccountEnabled = 'perhaps' }
        $user.ToJsonString() | Should -Be '{"displayName":"x"}'
    }

    It 'text stands for a number, a truth value and a time, and a number for text' {
        $user = [Microsoft.Graph.PowerShell.Models.MicrosoftGraphUser] @{ DeviceEnrollmentLimit = '5'; AccountEnabled = 'True'; CreatedDateTime = '2026-11-25T09:00:00Z'; EmployeeId = 1234 }
        $user.DeviceEnrollmentLimit | Should -Be 5
        $user.AccountEnabled | Should -BeTrue
        $user.CreatedDateTime | Should -Be ([datetime]::new(2026, 11, 25, 9, 0, 0, [System.DateTimeKind]::Utc))
        $user.EmployeeId | Should -Be '1234'
    }

    It 'a switch parameter becomes a truth value' {
        ([Microsoft.Graph.PowerShell.Models.MicrosoftGraphUser] @{ AccountEnabled = [switch] $false }).AccountEnabled | Should -Be $false
    }

    It 'unknown keys are kept by a user and dropped by a licence' {
        ([Microsoft.Graph.PowerShell.Models.MicrosoftGraphUser] @{ extension_Cost = 'x' }).AdditionalProperties['extension_Cost'] | Should -Be 'x'
        ([Microsoft.Graph.PowerShell.Models.MicrosoftGraphAssignedLicense] @{ SkuId = 'x'; Colour = 'red' }).ToJsonString() | Should -Be '{"skuId":"x"}'
    }

    It 'nested objects are made along' {
        $user = [Microsoft.Graph.PowerShell.Models.MicrosoftGraphUser] @{ PasswordProfile = @{ password = 'p'; FORCECHANGEPASSWORDNEXTSIGNIN = $true }; AssignedLicenses = @{ SkuId = 'x' } }
        $user.PasswordProfile | Should -BeOfType ([Microsoft.Graph.PowerShell.Models.MicrosoftGraphPasswordProfile])
        $user.PasswordProfile.ForceChangePasswordNextSignIn | Should -BeTrue
        , $user.AssignedLicenses | Should -BeOfType ([Microsoft.Graph.PowerShell.Models.IMicrosoftGraphAssignedLicense[]])
    }

    It 'text that is no JSON is an error that says what to give' {
        { [Microsoft.Graph.PowerShell.Models.MicrosoftGraphUser] 'ada' } | Should -Throw '*MicrosoftGraphUser*hashtable*'
        { [Microsoft.Graph.PowerShell.Models.IUsersIdentity] 'ada' } | Should -Throw '*IUsersIdentity*hashtable*'
        { [Microsoft.Graph.PowerShell.Models.MicrosoftGraphUser] '{"id":' } | Should -Throw '*not a JSON object*'
    }

    It 'something that contains itself is an error, not the end of the process' {
        $knot = @{ DisplayName = 'x' }
        $knot.Self = $knot
        { [Microsoft.Graph.PowerShell.Models.MicrosoftGraphUser] $knot } | Should -Throw '*nested*'
    }
}

Describe 'Identities' {
    It 'take a hashtable with keys in any case, and ids as text or GUID' {
        $identity = [Microsoft.Graph.PowerShell.Models.IUsersIdentity] @{ userid = [guid] $e5; LICENSEDETAILSID = 'y'; Other = 'z' }
        $identity.UserId | Should -Be $e5
        $identity.LicenseDetailsId | Should -Be 'y'
    }

    It 'take an object with the same properties, and no others of it' {
        $identity = [Microsoft.Graph.PowerShell.Models.IGroupsIdentity] ([pscustomobject] @{ GroupId = 'g'; Id = 'i' })
        $identity.GroupId | Should -Be 'g'
    }

    It 'find no user id in a whole user, as in the SDK' {
        $user = [Microsoft.Graph.PowerShell.Models.MicrosoftGraphUser] @{ Id = 'u'; DisplayName = 'x' }
        ([Microsoft.Graph.PowerShell.Models.IUsersIdentity] $user).UserId | Should -BeNullOrEmpty
    }
}

Describe 'Edited and handed back' {
    BeforeAll {
        $user = [Microsoft.Graph.PowerShell.Models.MicrosoftGraphUser] ('{"id":"1","assignedLicenses":[{"skuId":"' + $e5 + '","disabledPlans":[]}]}')
    }

    It 'plans of a returned licence can be changed in place' {
        $license = $user.AssignedLicenses[0]
        $license.DisabledPlans = @($plan)
        $license.DisabledPlans += 'b'
        $license.ToJsonString() | Should -Be "{`"disabledPlans`":[`"$plan`",`"b`"],`"skuId`":`"$e5`"}"
    }

    It 'a licence given to New-Object can be filled property by property' {
        $license = New-Object -TypeName Microsoft.Graph.PowerShell.Models.MicrosoftGraphAssignedLicense
        $license.SkuId = [guid] $e5
        $license.DisabledPlans = 'a', 'b'
        $license.ToJsonString() | Should -Be "{`"disabledPlans`":[`"a`",`"b`"],`"skuId`":`"$e5`"}"
    }

    It 'a list of licences can be assigned as hashtables' {
        $user.AssignedLicenses = @(@{ SkuId = 'a' }, @{ SkuId = 'b'; DisabledPlans = @() })
        $user.AssignedLicenses.SkuId | Should -Be 'a', 'b'
        $user.ToJsonString() | Should -Be '{"assignedLicenses":[{"skuId":"a"},{"disabledPlans":[],"skuId":"b"}],"id":"1"}'
    }

    It 'a password profile made with New-Object binds to New-MgUser' {
        $profile = New-Object -TypeName Microsoft.Graph.PowerShell.Models.MicrosoftGraphPasswordProfile
        $profile.Password = 'secret'
        $profile.ForceChangePasswordNextSignIn = $false
        $profile.ToJsonString() | Should -Be '{"forceChangePasswordNextSignIn":false,"password":"secret"}'
    }

    It 'Compare-Object sees the difference between edited licences' {
        $before = [Microsoft.Graph.PowerShell.Models.MicrosoftGraphAssignedLicense[]] @(@{ SkuId = 'a'; DisabledPlans = @('p') })
        $after = [Microsoft.Graph.PowerShell.Models.MicrosoftGraphAssignedLicense[]] @(@{ SkuId = 'a'; DisabledPlans = @('q') })
        Compare-Object $before $after -Property DisabledPlans | Should -HaveCount 2
    }

    It 'survives a file: Export-Clixml, Import-Clixml, cast' {
        $path = Join-Path $TestDrive 'user.xml'
        $whole = [Microsoft.Graph.PowerShell.Models.MicrosoftGraphUser] "{`"id`":`"1`",`"displayName`":`"Ada`",`"createdDateTime`":`"2026-11-25T09:00:00Z`",`"assignedLicenses`":[{`"skuId`":`"$e5`",`"disabledPlans`":[`"$plan`"]}],`"extension_a`":`"b`"}"
        $whole | Export-Clixml -Path $path
        $read = Import-Clixml -Path $path
        $again = [Microsoft.Graph.PowerShell.Models.MicrosoftGraphUser] $read
        $again.ToJsonString() | Should -Be $whole.ToJsonString()
        $licenses = $read.AssignedLicenses -as [Microsoft.Graph.PowerShell.Models.IMicrosoftGraphAssignedLicense[]]
        $licenses.SkuId | Should -Be $e5
    }
}

Describe 'JSON' {
    It 'leaves nulls out and keeps empty lists' {
        $license = [Microsoft.Graph.PowerShell.Models.MicrosoftGraphAssignedLicense] @{ SkuId = 'x'; DisabledPlans = @() }
        $license.ToJsonString() | Should -Be '{"disabledPlans":[],"skuId":"x"}'
        $license.DisabledPlans = $null
        $license.ToJsonString() | Should -Be '{"skuId":"x"}'
    }

    It 'keeps lists as arrays, however short' {
        $user = [Microsoft.Graph.PowerShell.Models.MicrosoftGraphUser] '{"businessPhones":["1"],"assignedLicenses":[],"proxyAddresses":[],"licenseAssignmentStates":[{"state":"Active"}]}'
        , $user.BusinessPhones | Should -BeOfType ([array])
        $user.BusinessPhones.Count | Should -Be 1
        , $user.AssignedLicenses | Should -BeOfType ([array])
        $user.AssignedLicenses.Count | Should -Be 0
        $user.ProxyAddresses.Count | Should -Be 0
        , $user.LicenseAssignmentStates | Should -BeOfType ([array])
    }

    It 'gives null for what was not returned, an own property for everything' {
        $user = [Microsoft.Graph.PowerShell.Models.MicrosoftGraphUser] '{"id":"1"}'
        $user.AssignedLicenses | Should -BeNullOrEmpty
        $user.AccountEnabled | Should -Be $null
        $user.PSObject.Properties['SignInActivity'] | Should -Not -BeNullOrEmpty
    }

    It 'minds upper and lower case in AdditionalProperties' {
        $object = [Microsoft.Graph.PowerShell.Models.MicrosoftGraphDirectoryObject] '{"id":"1","@odata.type":"#microsoft.graph.user","displayName":"Ada","userPrincipalName":"ada@contoso.com"}'
        $bag = $object.AdditionalProperties
        $bag.GetType() | Should -Be ([System.Collections.Generic.Dictionary[string, object]])
        $bag['displayName'] | Should -Be 'Ada'
        $bag['DisplayName'] | Should -BeNullOrEmpty
        $bag.ContainsKey('displayname') | Should -BeFalse
        $bag.'@odata.type' | Should -Be '#microsoft.graph.user'
        $bag.userPrincipalName | Should -Be 'ada@contoso.com'
    }

    It 'is never without AdditionalProperties' {
        ([Microsoft.Graph.PowerShell.Models.MicrosoftGraphUser] @{}).AdditionalProperties.Count | Should -Be 0
    }

    It 'reads numbers as int, else long, double or decimal' -ForEach @(
        @{ Text = '7'; Type = [int]; Value = 7 }
        @{ Text = '-2147483648'; Type = [int]; Value = [int]::MinValue }
        @{ Text = '2147483648'; Type = [long]; Value = 2147483648 }
        @{ Text = '2.5'; Type = [double]; Value = 2.5 }
        @{ Text = '1e300'; Type = [double]; Value = 1e300 }
        @{ Text = '0.12345678901234567890123'; Type = [decimal]; Value = 0.12345678901234567890123d }
        @{ Text = '12345678901234567890123'; Type = [decimal]; Value = 12345678901234567890123d }
    ) {
        $read = ([Microsoft.Graph.PowerShell.Models.MicrosoftGraphUser] "{`"n`":$Text}").AdditionalProperties.n
        $read.GetType() | Should -Be $Type
        $read | Should -Be $Value
    }

    It 'reads times as UTC, to the fraction that was sent' {
        $user = [Microsoft.Graph.PowerShell.Models.MicrosoftGraphUser] '{"createdDateTime":"2026-11-25T09:00:00.1234567Z","birthday":"2026-11-25T10:00:00+01:00"}'
        $user.CreatedDateTime.Kind | Should -Be 'Utc'
        $user.CreatedDateTime.Ticks % 10000000 | Should -Be 1234567
        $user.Birthday | Should -Be ([datetime]::new(2026, 11, 25, 9, 0, 0, [System.DateTimeKind]::Utc))
        $user.ToJsonString() | Should -Be '{"birthday":"2026-11-25T09:00:00Z","createdDateTime":"2026-11-25T09:00:00.1234567Z"}'
    }

    It 'writes a local time as UTC' {
        $local = [datetime]::new(2026, 11, 25, 9, 0, 0, [System.DateTimeKind]::Utc).ToLocalTime()
        ([Microsoft.Graph.PowerShell.Models.MicrosoftGraphUser] @{ EmployeeHireDate = $local }).ToJsonString() | Should -Be '{"employeeHireDate":"2026-11-25T09:00:00Z"}'
    }

    It 'goes round without loss: <_>' -ForEach @(
        '{"id":"1","displayName":"Zoë \"Z\" \\ O''Hara 🚀","@odata.context":"https://x/$metadata","nested":{"A":1,"a":[null,true,{"b":[]}]}}'
        '{"assignedPlans":[{"capabilityStatus":"Enabled","service":"exchange"}],"id":"1","onPremisesExtensionAttributes":{"extensionAttribute1":"x","extensionAttribute15":"y"}}'
        '{"accountEnabled":false,"identities":[{"issuer":"contoso.com","issuerAssignedId":"a","signInType":"userName"}],"signInActivity":{"lastSignInDateTime":"2026-11-01T00:00:00Z"}}'
    ) {
        $again = ([Microsoft.Graph.PowerShell.Models.MicrosoftGraphUser] $_).ToJsonString()
        ConvertTo-SortedJson $again | Should -Be (ConvertTo-SortedJson $_)
    }

    It 'escaped names are names too' {
        $user = [Microsoft.Graph.PowerShell.Models.MicrosoftGraphUser] '{"display\u004eame":"Ada","ext\u002da":1}'
        $user.DisplayName | Should -Be 'Ada'
        $user.AdditionalProperties['ext-a'] | Should -Be 1
    }

    It 'a name longer than any property is kept' {
        $name = 'x' * 5000
        ([Microsoft.Graph.PowerShell.Models.MicrosoftGraphUser] "{`"$name`":1}").AdditionalProperties[$name] | Should -Be 1
    }

    It 'a text of a million characters goes through' {
        $text = 'ä' * 1000000
        ([Microsoft.Graph.PowerShell.Models.MicrosoftGraphUser] @{ AboutMe = $text }).AboutMe | Should -Be $text
    }

    It 'prints a nested object as its type name' {
        "$([Microsoft.Graph.PowerShell.Models.MicrosoftGraphLicenseUnitsDetail] @{ Enabled = 1 })" | Should -Be 'Microsoft.Graph.PowerShell.Models.MicrosoftGraphLicenseUnitsDetail'
    }

    It 'gives equal ids one spelling, so that they work as keys of a hashtable' {
        $user = [Microsoft.Graph.PowerShell.Models.MicrosoftGraphUser] "{`"assignedLicenses`":[{`"skuId`":`"$e5`"}]}"
        $table = @{ $e5 = 'SPE_E5' }
        $table[$user.AssignedLicenses[0].SkuId] | Should -Be 'SPE_E5'
        $user.AssignedLicenses.SkuId -contains $e5 | Should -BeTrue
    }

    It 'gives the right text in every runspace at once' {
        $texts = 1..8 | ForEach-Object -ThrottleLimit 8 -Parallel {
            Import-Module $using:PSScriptRoot/Helpers.psm1
            Import-TestModule
            foreach ($i in 1..300) {
                $id = "$_-$($i % 50)"
                $license = ([Microsoft.Graph.PowerShell.Models.MicrosoftGraphUser] @{ AssignedLicenses = @{ SkuId = $id }; City = $id }).AssignedLicenses[0].SkuId
                if ($license -ne $id) { "$license is not $id" }
            }
        }
        $texts | Should -BeNullOrEmpty
    }
}
