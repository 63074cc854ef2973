# Models of the directory that only the second module's commands write: roles, invitations, settings, places, devices and
# applications. How to read this table: see README.md in the folder above.
@{
    MicrosoftGraphAdministrativeUnit     = @{
        Help       = 'A unit of the directory that administrators can be given.'
        Extends    = 'MicrosoftGraphDirectoryObject'
        Columns    = 'Id', 'DeletedDateTime', 'Description', 'DisplayName', 'Visibility'
        Properties = @{
            Description = 'string: Description of the unit.'
            DisplayName = 'string: Name of the unit.'
            Visibility  = 'word: Who sees the unit and its members.'
        }
    }
    MicrosoftGraphApplication            = @{
        Help       = 'An application that is registered in the tenant.'
        Extends    = 'MicrosoftGraphDirectoryObject'
        Columns    = 'Id', 'AppId', 'CreatedDateTime', 'DisplayName', 'PublisherDomain', 'SignInAudience'
        Properties = @{
            AppId           = 'word: Id of the application as it signs in.'
            CreatedDateTime = 'datetime: When the application was registered.'
            DisplayName     = 'string: Name of the application.'
            IdentifierUris  = 'strings: Addresses that stand for the application.'
            PublisherDomain = 'word: Domain of the publisher.'
            SignInAudience  = 'word: Whose accounts may sign in.'
        }
    }
    MicrosoftGraphDevice                 = @{
        Help       = 'A device that is registered in the directory.'
        Extends    = 'MicrosoftGraphDirectoryObject'
        Columns    = 'Id', 'AccountEnabled', 'DeviceId', 'DisplayName', 'OperatingSystem', 'OperatingSystemVersion', 'TrustType'
        Properties = @{
            AccountEnabled                = 'bool: Whether the device may sign in.'
            ApproximateLastSignInDateTime = 'datetime: When the device last signed in, roughly.'
            DeviceId                      = 'word: Id the device was registered with.'
            DisplayName                   = 'string: Name of the device.'
            IsCompliant                   = 'bool: Whether the device meets the policies for devices.'
            IsManaged                     = 'bool: Whether the device is managed.'
            OperatingSystem               = 'word: Operating system of the device.'
            OperatingSystemVersion        = 'word: Version of the operating system.'
            TrustType                     = 'word: How the device was joined.'
        }
    }
    MicrosoftGraphDirectoryRole          = @{
        Help       = 'A role of the directory that is active in the tenant.'
        Extends    = 'MicrosoftGraphDirectoryObject'
        Columns    = 'Id', 'DeletedDateTime', 'Description', 'DisplayName', 'RoleTemplateId'
        Properties = @{
            Description    = 'string: What the role is for.'
            DisplayName    = 'string: Name of the role.'
            Members        = 'MicrosoftGraphDirectoryObject[]: Who holds the role.'
            RoleTemplateId = 'word: Id of the template the role was made from.'
            ScopedMembers  = 'MicrosoftGraphScopedRoleMembership[]: Who holds the role for a unit of the directory.'
        }
    }
    MicrosoftGraphDirectoryRoleTemplate  = @{
        Help       = 'A role that can be made active in the tenant.'
        Extends    = 'MicrosoftGraphDirectoryObject'
        Columns    = 'Id', 'DeletedDateTime', 'Description', 'DisplayName'
        Properties = @{
            Description = 'string: What the role is for.'
            DisplayName = 'string: Name of the role.'
        }
    }
    MicrosoftGraphOrgContact             = @{
        Help       = 'A contact of the organization.'
        Extends    = 'MicrosoftGraphDirectoryObject'
        Columns    = 'Id', 'DeletedDateTime', 'DisplayName', 'Mail'
        Properties = @{
            CompanyName = 'string: Company of the contact.'
            DisplayName = 'string: Name of the contact.'
            Mail        = 'string: Mail address of the contact.'
        }
    }
    MicrosoftGraphServicePrincipal       = @{
        Help       = 'An application as it is present in the tenant.'
        Extends    = 'MicrosoftGraphDirectoryObject'
        Columns    = 'Id', 'AccountEnabled', 'AppId', 'DisplayName', 'ServicePrincipalType'
        Properties = @{
            AccountEnabled         = 'bool: Whether the application may sign in.'
            AppId                  = 'word: Id of the application as it signs in.'
            AppOwnerOrganizationId = 'word: Tenant the application is registered in.'
            DisplayName            = 'string: Name of the application.'
            ServicePrincipalType   = 'word: Kind of the principal, for instance Application.'
        }
    }
    MicrosoftGraphInvitation             = @{
        Help       = 'An invitation of a guest.'
        Extends    = 'MicrosoftGraphEntity'
        Columns    = 'Id', 'InviteRedeemUrl'
        Properties = @{
            InviteRedeemUrl         = 'string: Address at which the guest accepts. Set by the service.'
            InviteRedirectUrl       = 'string: Address to which the guest is led after accepting. Required.'
            InvitedUser             = 'MicrosoftGraphUser: The account that was made for the guest.'
            InvitedUserDisplayName  = 'string: Name of the guest.'
            InvitedUserEmailAddress = 'string: Mail address of the guest. Required.'
            InvitedUserMessageInfo  = 'MicrosoftGraphInvitedUserMessageInfo: What the mail of invitation says.'
            InvitedUserSponsors     = 'MicrosoftGraphDirectoryObject[]: Who answers for the guest.'
            InvitedUserType         = 'word: Guest, or Member.'
            ResetRedemption         = 'bool: Whether a guest who has accepted is to accept again.'
            SendInvitationMessage   = 'bool: Whether the service writes to the guest.'
            Status                  = 'word: PendingAcceptance, Completed, InProgress or Error.'
        }
    }
    MicrosoftGraphInvitedUserMessageInfo = @{
        Help       = 'What the mail of an invitation says.'
        Columns    = @()
        Properties = @{
            CcRecipients          = 'MicrosoftGraphRecipient[]: Who gets a copy.'
            CustomizedMessageBody = 'string: Text of the mail in place of the usual one.'
            MessageLanguage       = 'word: Language of the mail.'
        }
    }
    MicrosoftGraphAdminReportSettings    = @{
        Help       = 'Settings of the usage reports of the tenant.'
        Extends    = 'MicrosoftGraphEntity'
        Properties = @{
            DisplayConcealedNames = 'bool: Whether reports hide the names of users, groups and sites.'
        }
    }
    MicrosoftGraphRoom                   = @{
        Help       = 'A room that can be booked.'
        Extends    = 'MicrosoftGraphEntity'
        Columns    = 'Id', 'AudioDeviceName', 'BookingType', 'Building', 'Capacity', 'DisplayName', 'DisplayDeviceName', 'EmailAddress', 'FloorLabel',
        'FloorNumber', 'IsWheelChairAccessible', 'Label', 'Nickname', 'Phone', 'Tags', 'VideoDeviceName'
        Properties = @{
            Address                = 'MicrosoftGraphPhysicalAddress: Address of the building.'
            AudioDeviceName        = 'string: Name of the audio device in the room.'
            BookingType            = 'word: How the room is booked: standard or reserved.'
            Building               = 'string: Building of the room.'
            Capacity               = 'int: Number of people the room holds.'
            DisplayDeviceName      = 'string: Name of the screen in the room.'
            DisplayName            = 'string: Name of the room.'
            EmailAddress           = 'string: Mail address of the room.'
            FloorLabel             = 'string: Name of the floor.'
            FloorNumber            = 'int: Number of the floor.'
            GeoCoordinates         = 'MicrosoftGraphOutlookGeoCoordinates: Where the room is.'
            IsWheelChairAccessible = 'bool: Whether the room can be reached with a wheelchair.'
            Label                  = 'string: A label of the room, for instance its number.'
            Nickname               = 'string: A short name of the room.'
            Phone                  = 'string: Telephone number of the room.'
            Tags                   = 'strings: What the room has beside devices.'
            VideoDeviceName        = 'string: Name of the video device in the room.'
        }
    }
    MicrosoftGraphPhysicalAddress        = @{
        Help       = 'A postal address.'
        Columns    = @()
        Properties = @{
            City            = 'string: City.'
            CountryOrRegion = 'string: Country or region.'
            PostalCode      = 'string: Postal code.'
            State           = 'string: State or province.'
            Street          = 'string: Street.'
        }
    }
    MicrosoftGraphOutlookGeoCoordinates  = @{
        Help       = 'A place on the globe; its numbers are in AdditionalProperties.'
        Columns    = @()
        Properties = @{}
    }
}
