# What a failed call looks like to a script: which streams and variables get it, and what is where in the record.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1')
    Import-TestModule

    $seed = Get-CompanySeed
    $seed.settings = @{
        faults = @(
            @{ on = @{ path = '/organization' }; status = 403; code = 'Authorization_RequestDenied'; message = 'Insufficient privileges to complete the operation.' }
            @{ on = @{ path = '/groups' }; status = 400; code = 'Directory_ExpiredPageToken'; message = 'Specified page token value has expired.' }
            @{ on = @{ path = '/domains' }; status = 502; code = ''; message = '' }
        )
    }
    $null = Connect-TestTenant -Seed $seed
    $e5 = '06ebc4ee-1bb5-47dd-8120-11324bc54e06'
    $missing = "Resource 'nobody@contoso.com' does not exist or one of its queried reference-property objects are not present."

    # The record that a call writes without stopping.
    function Get-WrittenError {
        param([scriptblock] $Block)
        $recorded = Invoke-Recorded $Block
        $recorded.Thrown | Should -BeNullOrEmpty -Because 'errors of the service do not stop a script'
        $recorded.Errors | Should -HaveCount 1
        $recorded.Errors[0]
    }
}

AfterAll {
    Disconnect-TestTenant
}

Describe 'The record of a refusal' {
    BeforeAll {
        $record = Get-WrittenError { Get-MgUser -UserId nobody@contoso.com -Property Id, DisplayName }
    }

    It 'carries a plain exception with code and message, and no status' {
        $record.Exception.GetType().FullName | Should -BeExactly 'System.Exception'
        $record.Exception.Message | Should -BeExactly "[Request_ResourceNotFound] : $missing"
        $record.Exception.Message | Should -Not -Match '404'
    }

    It 'details message, status, code, date and headers, each on its line' {
        $lines = $record.ErrorDetails.Message -split '\r?\n'
        $lines[0] | Should -BeExactly $missing
        $lines[1] | Should -BeExactly ''
        $lines[2] | Should -BeExactly 'Status: 404 (NotFound)'
        $lines[3] | Should -BeExactly 'ErrorCode: Request_ResourceNotFound'
        $lines[4] | Should -MatchExactly '^Date: 2026-11-25T09:\d\d:\d\d$'
        $lines[5] | Should -BeExactly ''
        $lines[6] | Should -BeExactly 'Headers:'
        $headers = @($lines[7..($lines.Count - 1)] | Where-Object { $_ })
        $headers.Count | Should -BeGreaterThan 2
        foreach ($header in $headers) {
            $header | Should -MatchExactly '^(?=.{30}: )[\w-]+ *: .+'
        }
        @($headers -match '^request-id {20}: [0-9a-f-]{36}$') | Should -HaveCount 1
    }

    It 'shows those details where a script writes the record as text' {
        "$record" | Should -BeExactly $record.ErrorDetails.Message
    }

    It 'is recognised by the expressions scripts use' {
        $record.Exception.Message -match 'Request_ResourceNotFound|does not exist|404|Status:\s*404' | Should -BeTrue
        "$record" -match 'Status:\s*404' | Should -BeTrue
        "$record" -match 'ErrorCode: Request_ResourceNotFound' | Should -BeTrue
    }

    It 'recommends the page on errors' {
        $record.ErrorDetails.RecommendedAction | Should -Match 'learn\.microsoft\.com/graph/errors'
    }

    It 'is identified by the code and the class of the private command' {
        $record.FullyQualifiedErrorId | Should -BeExactly 'Request_ResourceNotFound,Microsoft.Graph.PowerShell.Cmdlets.GetMgUser_Get'
    }

    It 'is an invalid operation of the private command' {
        $record.CategoryInfo.Category | Should -Be 'InvalidOperation'
        $record.CategoryInfo.Activity | Should -BeExactly 'Get-MgUser_Get'
        $record.CategoryInfo.Reason | Should -BeExactly 'Exception'
    }

    It 'is about the parameters of the call' {
        $record.TargetObject.UserId | Should -Be 'nobody@contoso.com'
        $record.TargetObject.Property | Should -Be @('Id', 'DisplayName')
    }

    It 'begins on the console with the name of the private command' {
        $old = $PSStyle.OutputRendering
        $PSStyle.OutputRendering = 'PlainText'
        try {
            $text = $record | Out-String -Width 500
        } finally {
            $PSStyle.OutputRendering = $old
        }
        $text | Should -MatchExactly '^Get-MgUser_Get: '
        $text | Should -MatchExactly 'Status: 404 \(NotFound\)'
    }
}

Describe 'Ids of errors by parameter set' {
    It '<Id>' -ForEach @(
        @{ Id = 'Request_UnsupportedQuery,Microsoft.Graph.PowerShell.Cmdlets.GetMgUser_List'; Call = { Get-MgUser -Filter "endsWith(mail,'x')" } }
        @{ Id = 'Request_ResourceNotFound,Microsoft.Graph.PowerShell.Cmdlets.GetMgUser_GetViaIdentity'; Call = { Get-MgUser -InputObject @{ UserId = 'nobody' } } }
        @{ Id = 'Request_BadRequest,Microsoft.Graph.PowerShell.Cmdlets.SetMgUserLicense_AssignExpanded'
            Call = { Set-MgUserLicense -UserId cy@contoso.com -AddLicenses @{ SkuId = $e5 } -RemoveLicenses @() }
        }
        @{ Id = 'Request_BadRequest,Microsoft.Graph.PowerShell.Cmdlets.SetMgUserLicense_Assign'
            Call = { Set-MgUserLicense -UserId cy@contoso.com -BodyParameter @{ addLicenses = @(@{ skuId = $e5 }); removeLicenses = @() } }
        }
        @{ Id = 'Request_BadRequest,Microsoft.Graph.PowerShell.Cmdlets.SetMgUserLicense_AssignViaIdentityExpanded'
            Call = { Set-MgUserLicense -InputObject @{ UserId = 'cy@contoso.com' } -AddLicenses @{ SkuId = $e5 } -RemoveLicenses @() }
        }
        @{ Id = 'Request_BadRequest,Microsoft.Graph.PowerShell.Cmdlets.SetMgUserLicense_AssignViaIdentity'
            Call = { Set-MgUserLicense -InputObject @{ UserId = 'cy@contoso.com' } -BodyParameter @{ addLicenses = @(@{ skuId = $e5 }); removeLicenses = @() } }
        }
        @{ Id = 'Request_ResourceNotFound,Microsoft.Graph.PowerShell.Cmdlets.UpdateMgUser_UpdateExpanded'; Call = { Update-MgUser -UserId nobody -UsageLocation GB } }
        @{ Id = 'Request_ResourceNotFound,Microsoft.Graph.PowerShell.Cmdlets.RemoveMgUser_Delete'; Call = { Remove-MgUser -UserId nobody } }
        @{ Id = 'Request_ResourceNotFound,Microsoft.Graph.PowerShell.Cmdlets.GetMgGroup_Get'; Call = { Get-MgGroup -GroupId bbbbbbbb-0000-4000-8000-0000000000ff } }
        @{ Id = 'Authorization_RequestDenied,Microsoft.Graph.PowerShell.Cmdlets.GetMgOrganization_List'; Call = { Get-MgOrganization } }
        @{ Id = 'Directory_ExpiredPageToken,Microsoft.Graph.PowerShell.Cmdlets.GetMgGroup_List'; Call = { Get-MgGroup -All } }
    ) {
        (Get-WrittenError $Call).FullyQualifiedErrorId | Should -BeExactly $Id
    }

    It 'tells a malformed filter from an unsupported one' {
        $record = Get-WrittenError { Get-MgUser -Filter 'assignedLicenses/any(x:x/skuId eq )' }
        $record.FullyQualifiedErrorId | Should -BeExactly 'BadRequest,Microsoft.Graph.PowerShell.Cmdlets.GetMgUser_List'
        $record.Exception.Message | Should -Match '^\[BadRequest\] : Invalid filter clause'
    }

    It 'gives the status of every refusal by number and name' {
        "$(Get-WrittenError { Get-MgOrganization })" | Should -MatchExactly '(?m)^Status: 403 \(Forbidden\)\r?$'
        "$(Get-WrittenError { Get-MgGroup })" | Should -MatchExactly '(?m)^Status: 400 \(BadRequest\)\r?$'
    }
}

Describe 'Licence refusals in the words of the service' {
    It '<Message>' -ForEach @(
        @{ Message = 'License assignment cannot be done for user with invalid usage location.'
            Call = { Set-MgUserLicense -UserId cy@contoso.com -AddLicenses @{ SkuId = $e5 } -RemoveLicenses @() }
        }
        @{ Message = 'Subscription with SKU c5928f49-12ba-48f7-ada3-0d743a3601d5 does not have any available licenses.'
            Call = { Set-MgUserLicense -UserId ada@contoso.com -AddLicenses @{ SkuId = 'c5928f49-12ba-48f7-ada3-0d743a3601d5' } -RemoveLicenses @() }
        }
        @{ Message = 'User does not have a corresponding license.'
            Call = { Set-MgUserLicense -UserId ada@contoso.com -AddLicenses @() -RemoveLicenses @($e5) }
        }
        @{ Message = 'License c7df2760-2c81-4ef7-b578-5b5392b571df does not correspond to a valid company License.'
            Call = { Set-MgUserLicense -UserId ada@contoso.com -AddLicenses @{ SkuId = 'c7df2760-2c81-4ef7-b578-5b5392b571df' } -RemoveLicenses @() }
        }
        @{ Message = "Cannot convert a primitive value to the expected type 'Edm.Guid'. See the inner exception for more details."
            Call = { Set-MgUserLicense -UserId ada@contoso.com -AddLicenses @{ SkuId = 'sku-a' } -RemoveLicenses @() }
        }
    ) {
        (Get-WrittenError $Call).Exception.Message | Should -Match "^\[\w+\] : $([regex]::Escape($Message))$"
    }

    It 'says when nothing was asked for' {
        $record = Get-WrittenError { Set-MgUserLicense -UserId ada@contoso.com -AddLicenses @() -RemoveLicenses @() }
        $record.Exception.Message | Should -Match '^\[Request_BadRequest\] : No license changes provided'
    }
}

Describe 'An error that does not stop the script' {
    It 'lets the next line run, inside try too' {
        $steps = Invoke-Recorded {
            try {
                Set-MgUserLicense -UserId cy@contoso.com -AddLicenses @{ SkuId = $e5 } -RemoveLicenses @()
                'next line'
            } catch {
                'caught'
            }
        }
        $steps.Output | Should -Be 'next line'
        $steps.Errors | Should -HaveCount 1
    }

    It 'lets the next object of the pipeline through' {
        $recorded = Invoke-Recorded { @{ UserId = 'nobody' }, @{ UserId = 'ada@contoso.com' } | Get-MgUser }
        $recorded.Errors | Should -HaveCount 1
        $recorded.Output.DisplayName | Should -Be 'Ada Archer'
    }

    It 'is seen in $?' {
        $recorded = Invoke-Recorded {
            Get-MgUser -UserId nobody
            $?
            Get-MgUser -UserId ada@contoso.com | Out-Null
            $?
            Set-MgUserLicense -UserId cy@contoso.com -AddLicenses @{ SkuId = $e5 } -RemoveLicenses @()
            $?
        }
        $recorded.Output | Should -Be @($false, $true, $false)
    }

    It 'leaves a variable empty' {
        $recorded = Invoke-Recorded {
            $user = Get-MgUser -UserId nobody -ErrorAction SilentlyContinue
            $null -eq $user
        }
        $recorded.Output | Should -Be $true
    }

    It 'writes no output' {
        (Invoke-Recorded { Set-MgUserLicense -UserId cy@contoso.com -AddLicenses @{ SkuId = $e5 } -RemoveLicenses @() }).Output | Should -HaveCount 0
        (Invoke-Recorded { Remove-MgUser -UserId nobody -PassThru }).Output | Should -HaveCount 0
    }
}

Describe 'Error preferences' {
    It 'throws the same record with -ErrorAction Stop' {
        $caught = $null
        try {
            Get-MgUser -UserId nobody@contoso.com -ErrorAction Stop
        } catch {
            $caught = $_
        }
        $caught.Exception.Message | Should -BeExactly "[Request_ResourceNotFound] : $missing"
        $caught.FullyQualifiedErrorId | Should -BeExactly 'Request_ResourceNotFound,Microsoft.Graph.PowerShell.Cmdlets.GetMgUser_Get'
        "$caught" | Should -MatchExactly 'Status: 404 \(NotFound\)'
        $caught.CategoryInfo.Activity | Should -BeExactly 'Get-MgUser_Get'
    }

    It 'throws with the preference Stop' {
        $old = $global:ErrorActionPreference
        $global:ErrorActionPreference = 'Stop'
        try {
            { Get-MgUser -UserId nobody@contoso.com } | Should -Throw '*Request_ResourceNotFound*'
        } finally {
            $global:ErrorActionPreference = $old
        }
    }

    It 'shows nothing with SilentlyContinue, and remembers it' {
        $global:Error.Clear()
        $recorded = Invoke-Recorded { Get-MgUser -UserId nobody -ErrorAction SilentlyContinue }
        $recorded.Errors | Should -HaveCount 0
        $recorded.Thrown | Should -BeNullOrEmpty
        $global:Error.Count | Should -BeGreaterThan 0
        $global:Error[0].FullyQualifiedErrorId | Should -Match '^Request_ResourceNotFound,'
    }

    It 'forgets it with Ignore' {
        $global:Error.Clear()
        $recorded = Invoke-Recorded { Get-MgUser -UserId nobody -ErrorAction Ignore }
        $recorded.Errors | Should -HaveCount 0
        $recorded.Thrown | Should -BeNullOrEmpty
        $global:Error.Count | Should -Be 0
    }

    It 'keeps it in -ErrorVariable, once' {
        $null = Invoke-Recorded {
            Get-MgUser -UserId nobody -ErrorAction SilentlyContinue -ErrorVariable global:kept
            Get-MgUser -UserId nobody2 -ErrorAction SilentlyContinue -ErrorVariable +global:kept
        }
        try {
            $global:kept | Should -HaveCount 2
            $global:kept[0].FullyQualifiedErrorId | Should -BeExactly 'Request_ResourceNotFound,Microsoft.Graph.PowerShell.Cmdlets.GetMgUser_Get'
            $global:kept[1].Exception.Message | Should -Match 'nobody2'
        } finally {
            Remove-Variable -Name kept -Scope Global -ErrorAction Ignore
        }
    }
}

Describe 'A refusal that says neither code nor message' {
    BeforeAll {
        # It is one of those that are repeated, which isn't what this is about.
        $null = Set-MgRequestContext -MaxRetry 0
        $record = Get-WrittenError { Get-MgDomain }
    }

    AfterAll {
        $null = Set-MgRequestContext -MaxRetry 3
    }

    It 'carries code, status and body in its exception' {
        $record.Exception.GetType().Name | Should -BeExactly 'RestException'
        $record.Exception.Code | Should -Be 'BadGateway'
        [int] $record.Exception.StatusCode | Should -Be 502
        ($record.Exception.ResponseBody | ConvertFrom-Json).error.code | Should -BeExactly ''
    }

    It 'is identified by that code' {
        $record.FullyQualifiedErrorId | Should -BeExactly 'BadGateway,Microsoft.Graph.PowerShell.Cmdlets.GetMgDomain_List'
    }
}

Describe 'An error of another kind' {
    It 'has no id of its own when not connected' {
        Disconnect-TestTenant
        $record = Get-WrittenError { Get-MgUser -UserId ada@contoso.com }
        $record.Exception.Message | Should -BeExactly 'Authentication needed. Please call Connect-MgGraph.'
        $record.FullyQualifiedErrorId | Should -BeExactly 'Microsoft.Graph.PowerShell.Cmdlets.GetMgUser_Get'
        $record.CategoryInfo.Category | Should -Be 'NotSpecified'
    }

    It 'is the same for every command when not connected: <_>' -ForEach @(
        'Get-MgUser', 'Get-MgSubscribedSku -All', 'Get-MgUserLicenseDetail -UserId x', 'Get-MgOrganization', 'Get-MgDomain', 'Get-MgGroup'
        'Get-MgGroupMember -GroupId x', 'Get-MgUserMemberOf -UserId x', 'Get-MgDirectorySubscription', 'Update-MgUser -UserId x -UsageLocation GB'
        'Remove-MgUser -UserId x', 'New-MgUser -DisplayName x', 'Set-MgUserLicense -UserId x -AddLicenses @() -RemoveLicenses @()'
    ) {
        Disconnect-TestTenant
        $record = Get-WrittenError ([scriptblock]::Create($_))
        $record.Exception.Message | Should -BeExactly 'Authentication needed. Please call Connect-MgGraph.'
    }
}

Describe 'An error of binding' {
    BeforeAll {
        $null = Connect-TestTenant -Seed (Get-CompanySeed)
    }

    It 'comes before anything is sent, for an id that is <Name>' -ForEach @(
        @{ Name = 'empty'; Id = '' }
        @{ Name = 'null'; Id = $null }
    ) {
        $null = Get-MgLocalTenantRequest -Clear
        foreach ($call in { Get-MgUser -UserId $Id }, { Update-MgUser -UserId $Id -UsageLocation GB }, { Remove-MgUser -UserId $Id },
            { Set-MgUserLicense -UserId $Id -AddLicenses @() -RemoveLicenses @() }) {
            $thrown = (Invoke-Recorded $call).Thrown
            $thrown.FullyQualifiedErrorId | Should -Match '^ParameterArgumentValidationErrorEmptyStringNotAllowed,'
            $thrown.Exception | Should -BeOfType ([System.Management.Automation.ParameterBindingException])
        }
        Get-MgLocalTenantRequest | Should -BeNullOrEmpty
    }

    It 'stops a call whose identity has no id of that name' {
        $user = Get-MgUser -UserId ada@contoso.com
        $null = Get-MgLocalTenantRequest -Clear
        foreach ($call in { $user | Update-MgUser -UsageLocation GB -ErrorAction SilentlyContinue }, { $user | Remove-MgUser -ErrorAction SilentlyContinue },
            { $user | Get-MgUser -ErrorAction SilentlyContinue }) {
            $thrown = (Invoke-Recorded $call).Thrown
            $thrown | Should -Not -BeNullOrEmpty -Because 'it is terminating'
            $thrown.Exception.Message | Should -BeExactly 'InputObject has null value for InputObject.UserId'
            $thrown.CategoryInfo.Category | Should -Be 'InvalidArgument'
        }
        Get-MgLocalTenantRequest | Should -BeNullOrEmpty
    }
}
